"""Addresses of this room."""

from django.urls import path

from receivables.views import bank, books, debits, deciding, items, ledger, matching, panels

app_name = "receivables"
urlpatterns = [
    path("items", items.ItemList.as_view(), name="items"),
    path("items/<int:pk>", items.item, name="item"),
    path("items/<int:pk>/allocate", items.allocate, name="allocate"),
    path("allocations/<int:pk>/take-back", items.take_back, name="take_back"),
    path("accounts/<int:customer_pk>", items.account, name="account"),
    path("bank-files", bank.BankFileList.as_view(), name="bank_files"),
    path("bank-files/import", bank.upload, name="upload"),
    path("bank-files/<int:pk>", bank.bank_file, name="bank_file"),
    path("bank-entries", bank.BankEntryList.as_view(), name="bank_entries"),
    path("bank-entries/<int:pk>", bank.bank_entry, name="bank_entry"),
    path("matching", matching.matching, name="matching"),
    path("matching/<int:pk>", matching.matching, name="matching_entry"),
    path("matching/all-strong", deciding.match_sure, name="match_sure"),
    path("matching/balance", matching.balance, name="balance"),
    path("matching/<int:pk>/row", matching.row, name="matching_row"),
    path("matching/<int:pk>/ask", deciding.ask, name="ask"),
    path("matching/<int:pk>/accept", deciding.accept, name="accept"),
    path("matching/<int:pk>/match", deciding.match, name="match"),
    path("matching/<int:pk>/on-account", deciding.on_account, name="on_account"),
    path("matching/<int:pk>/return", deciding.give_back, name="return"),
    path("matches/<int:pk>/undo", deciding.undo, name="undo"),
    path("matches/<int:pk>/unapply", deciding.unapply, name="unapply"),
    path("debits", debits.DebitRunList.as_view(), name="debit_runs"),
    path("debits/propose", debits.propose, name="propose_debits"),
    path("debits/<int:pk>", debits.debit_run, name="debit_run"),
    path("debits/<int:pk>/approve", debits.approve, name="approve_debits"),
    path("debits/<int:pk>/discard", debits.discard, name="discard_debits"),
    path("journal", ledger.JournalList.as_view(), name="journal"),
    path("journal/<int:pk>", ledger.journal_entry, name="journal_entry"),
    path("closing", ledger.close, name="close"),
    path("books-out", books.BooksExportList.as_view(), name="books_exports"),
    path("books-out/new", books.export_books, name="export_books"),
    path("books-out/<int:pk>", books.books_export, name="books_export"),
    path("books-out/<int:pk>/file", books.books_export_file, name="books_export_file"),
    path("invoices/<int:pk>/panel", panels.invoice_panel, name="invoice_panel"),
    path("customers/<int:pk>/panel", panels.customer_panel, name="customer_panel"),
]
