"""Rules of countries and networks on top of EN 16931, with their official ids.

They are asked of the business terms before any XML is written: their authors publish them as
Schematron that is on no package registry, and a rule on terms costs microseconds. Rules that our
XML keeps by its build (BR-DE-21, PEPPOL-EN16931-R004 …) are not repeated here.
"""

from invoicing.einvoice.packs import peppol, xrechnung

PACKS = {"xrechnung": xrechnung.RULES, "peppol": peppol.RULES}
