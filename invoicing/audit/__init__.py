"""All issued documents of a period as a folder that a tax auditor reads and anybody can verify."""

from invoicing.audit.export import Exported, export_documents
from invoicing.audit.verify import Verdict, verify_folder

__all__ = ["Exported", "Verdict", "export_documents", "verify_folder"]
