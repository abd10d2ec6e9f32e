package passerelle.analysis;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * The tokenizers and token filters that Passerelle's indexes use (and Elasticsearch's own index of
 * users: uax_url_email, pattern_capture, unique), under the names and settings of the module
 * analysis-common, which is not part of the minimal distribution. They are Lucene's, already in
 * the node; only their names are missing. For tests and trials: a production node has the real
 * module.
 */
public class AnalysisModule extends Plugin implements AnalysisPlugin {

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new HashMap<>();
        filters.put("asciifolding", (index, environment, name, settings) -> {
            boolean keep = settings.getAsBoolean("preserve_original", false);
            return filter(name, settings, input -> new ASCIIFoldingFilter(input, keep), true);
        });
        filters.put("elision", (index, environment, name, settings) -> {
            CharArraySet given = Analysis.parseArticles(environment, settings);
            CharArraySet articles = given == null ? FrenchAnalyzer.DEFAULT_ARTICLES : given;
            return filter(name, settings, input -> new ElisionFilter(input, articles), true);
        });
        filters.put("stemmer", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> {
                String language = settings.get("language", settings.get("name", "porter"));
                return filter(name, settings, stemmer(language), false);
            }));
        filters.put("keyword_marker", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> {
                CharArraySet words = new CharArraySet(
                    settings.getAsList("keywords"), settings.getAsBoolean("ignore_case", false));
                return filter(name, settings, input -> new SetKeywordMarkerFilter(input, words), false);
            }));
        filters.put("edge_ngram", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> {
                int shortest = settings.getAsInt("min_gram", 1);
                int longest = settings.getAsInt("max_gram", 2);
                boolean keep = settings.getAsBoolean("preserve_original", false);
                return filter(name, settings,
                    input -> new EdgeNGramTokenFilter(input, shortest, longest, keep), false);
            }));
        filters.put("pattern_capture", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> {
                boolean keep = settings.getAsBoolean("preserve_original", true);
                Pattern[] patterns = settings.getAsList("patterns").stream()
                    .map(Pattern::compile).toArray(Pattern[]::new);
                return filter(name, settings,
                    input -> new PatternCaptureGroupTokenFilter(input, keep, patterns), false);
            }));
        filters.put("unique", (index, environment, name, settings) ->
            filter(name, settings, RemoveDuplicatesTokenFilter::new, false));
        return filters;
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of(
            "whitespace", (index, environment, name, settings) ->
                TokenizerFactory.newFactory(name, WhitespaceTokenizer::new),
            "uax_url_email", (index, environment, name, settings) ->
                TokenizerFactory.newFactory(name, UAX29URLEmailTokenizer::new),
            "keyword", (index, environment, name, settings) ->
                TokenizerFactory.newFactory(name, KeywordTokenizer::new));
    }

    private static Function<TokenStream, TokenStream> stemmer(String language) {
        return switch (language) {
            case "light_french" -> FrenchLightStemFilter::new;
            case "english", "porter" -> PorterStemFilter::new;
            case "possessive_english" -> EnglishPossessiveFilter::new;
            default -> throw new IllegalArgumentException(
                "This test module has no stemmer for [" + language + "].");
        };
    }

    private static TokenFilterFactory filter(
        String name, Settings settings, Function<TokenStream, TokenStream> make, boolean normalizes
    ) {
        return new AbstractTokenFilterFactory(name, settings) {
            @Override
            public TokenStream create(TokenStream input) {
                return make.apply(input);
            }

            @Override
            public TokenStream normalize(TokenStream input) {
                return normalizes ? make.apply(input) : input;
            }
        };
    }
}
