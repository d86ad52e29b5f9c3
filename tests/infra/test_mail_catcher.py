"""The mail catcher takes real SMTP and keeps each message whole."""

import smtplib
import socket
import subprocess
import sys
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from tests.suite import ROOT


def test_a_message_becomes_a_file(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = subprocess.Popen(
            [sys.executable, "-m", "o2c.local.mail", str(tmp_path / "m"), str(listener.fileno())],
            cwd=ROOT,
            pass_fds=[listener.fileno()],
        )
        port = listener.getsockname()[1]
    message = EmailMessage()
    message["From"], message["To"] = "o2c@seller.example", "ap@buyer.example"
    message["Subject"] = "Mahnung für Köln"
    message.set_content("Bitte zahlen.")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            refused = client.send_message(message, to_addrs=["ap@buyer.example", "a@unknown.x"])
    finally:
        server.terminate()
        assert server.wait(20) == 0
    assert refused["a@unknown.x"][0] == 550, "nobody lives there"
    (path,) = (tmp_path / "m").glob("*")
    kept = message_from_bytes(path.read_bytes())
    assert path.suffix == ".eml"
    assert kept["X-Envelope-To"] == "ap@buyer.example"
    assert [part.get_payload(decode=True) for part in kept.walk() if part.get_filename()] == [
        b"%PDF-1.7"
    ]
