"""The engine of a production site: one Elasticsearch index per language, behind aliases."""

from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
