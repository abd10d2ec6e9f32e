"""Words of Wagtail that this site says otherwise in French; in English its own are kept."""

from django.utils.translation import gettext_noop

WORDS = [
    gettext_noop(
        "Supported formats: %(supported_formats)s. Maximum filesize: %(max_upload_size)s."
    ),
    gettext_noop("Supported formats: %(supported_formats)s."),
    gettext_noop("Not a supported image format. Supported formats: %(supported_formats)s."),
    # Its French says « workflow », « status », « any ».
    gettext_noop(
        "This {model_name} is awaiting <b>'{task_name}'</b> in the <b>'{workflow_name}'</b> "
        "workflow."
    ),
    gettext_noop("Locked by workflow"),
    gettext_noop("workflow"),
    gettext_noop("workflow page"),
    gettext_noop("workflow pages"),
    gettext_noop(
        "There may only be one in progress or needs changes workflow state per page/snippet."
    ),
    gettext_noop("Workflow '%(workflow_name)s' on %(model_name)s '%(title)s': %(status)s"),
    gettext_noop("Workflow state"),
    gettext_noop("Workflow states"),
    gettext_noop(
        "Active workflows can be added to pages/snippets. Deactivating a workflow does not "
        "remove it from existing pages/snippets."
    ),
    gettext_noop("workflows"),
    gettext_noop("workflow_tasks"),
    gettext_noop("workflow task order"),
    gettext_noop("workflow task orders"),
    gettext_noop(
        "Active tasks can be added to workflows. Deactivating a task does not remove it from "
        "existing workflows."
    ),
    gettext_noop(
        "Pages/snippets at this step in a workflow will be moderated or approved by these "
        "groups of users"
    ),
    gettext_noop("workflow state"),
    gettext_noop("Workflow: start"),
    gettext_noop("'%(workflow)s' started. Next step '%(task)s'"),
    gettext_noop("Workflow started"),
    gettext_noop("Workflow: approve task"),
    gettext_noop("Approved at '%(task)s'. '%(workflow)s' complete"),
    gettext_noop("Workflow task approved"),
    gettext_noop("Workflow: reject task"),
    gettext_noop("Workflow task rejected. Workflow complete"),
    gettext_noop("Workflow: resume task"),
    gettext_noop("Resubmitted '%(task)s'. Workflow resumed"),
    gettext_noop("Workflow task resubmitted. Workflow resumed"),
    gettext_noop("Workflow: cancel"),
    gettext_noop("Cancelled '%(workflow)s' at '%(task)s'"),
    gettext_noop("Workflow cancelled"),
    gettext_noop("Restart workflow "),
    gettext_noop("Cancel workflow "),
    gettext_noop("This page already has workflow '%(workflow_name)s' assigned."),
    gettext_noop("You cannot assign this workflow to the same page multiple times."),
    gettext_noop("Give your workflow a name"),
    gettext_noop("Add tasks to your workflow"),
    gettext_noop(
        "This %(model_name)s was marked as needing changes at <strong>%(task)s</strong> in "
        "<strong>%(workflow)s</strong>."
    ),
    gettext_noop("Publishing this %(model_name)s will cancel the current workflow."),
    gettext_noop(
        "This page was marked as needing changes at <strong>%(task)s</strong> in "
        "<strong>%(workflow)s</strong>."
    ),
    gettext_noop("Publishing this page will cancel the current workflow."),
    gettext_noop("Locking status"),
    gettext_noop("Workflow"),
    gettext_noop("Current page status:"),
    gettext_noop("Status: "),
    gettext_noop("Workflow completed"),
    gettext_noop(
        "This workflow is currently in progress on %(workflow_states_in_progress)s pages. "
        "Deleting this workflow will cancel moderation on these page. Are you sure you want to "
        "delete this workflow?"
    ),
    gettext_noop("Are you sure you want to disable this workflow?"),
    gettext_noop("Assign your workflow to pages"),
    gettext_noop(
        "Workflows apply to child pages too. If you select a parent page here, its child pages "
        'will also use this workflow. See <a href="%(workflow_pages_url)s">the list of the '
        "pages</a> your workflow applies to."
    ),
    gettext_noop("This workflow is disabled so it cannot be assigned to any pages."),
    gettext_noop("Used on the following active workflows"),
    gettext_noop('No workflows have been created. Why not <a href="%(add_url)s">add one</a>?'),
    gettext_noop('There are no enabled workflows. Why not <a href="%(add_url)s">add one</a>?'),
    gettext_noop("Workflow history"),
    gettext_noop("Workflow progress"),
    gettext_noop("Workflow on %(model_name)s '%(object)s' has been restarted."),
    gettext_noop("Workflow on %(model_name)s '%(object)s' has been cancelled."),
    gettext_noop("Workflow on page '%(page_title)s' has been cancelled."),
    gettext_noop("Workflow on page '%(page_title)s' has been restarted."),
    gettext_noop("Workflows"),
    gettext_noop("Workflow tasks"),
    gettext_noop("By workflow"),
    gettext_noop("Add a workflow"),
    gettext_noop("New workflow"),
    gettext_noop("Workflow '%(object)s' created."),
    gettext_noop("Editing workflow"),
    gettext_noop("Workflow '%(object)s' updated."),
    gettext_noop("Disable workflow"),
    gettext_noop("Workflow '%(object)s' disabled."),
    gettext_noop("Workflow '%(workflow_name)s' enabled."),
    gettext_noop("Workflow removed from Page '%(page_title)s'."),
    gettext_noop("New workflow task"),
    gettext_noop("Any"),
    gettext_noop("Timeline"),
    # Its French does not know whether what is named is masculine or feminine: « un(e) ».
    gettext_noop("Add %(label)s"),
    gettext_noop("Add %(model_name)s"),
    gettext_noop("Create a new %(model_name)s"),
    gettext_noop("No %(model_name)s match your query."),
    gettext_noop("Choose another"),
]
