"""Certificates for the tests, made by the openssl command."""

import pathlib
import subprocess

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(*arguments, **options):
    return subprocess.run(
        ["openssl", *map(str, arguments)], check=True, capture_output=True, **options)


class Authority:
    """A CA of its own in `folder`, and what it issues there."""

    def __init__(self, folder, name="Test CA"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        openssl("req", "-x509", *NEW_KEY, "-keyout", self.path("ca.key"), "-out",
                self.path("ca.pem"), "-days", 30, "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=keyCertSign,cRLSign")
        self.path("index.txt").write_text("")
        self.path("crlnumber").write_text("01\n")
        self.path("ca.conf").write_text(f"""
[ca]
default_ca = test
[test]
database = {self.path("index.txt")}
crlnumber = {self.path("crlnumber")}
certificate = {self.path("ca.pem")}
private_key = {self.path("ca.key")}
default_md = sha256
default_crl_days = 10
""")

    def path(self, name):
        return self.folder / name

    @property
    def certificate(self):
        return self.path("ca.pem")

    def issue(self, name, names, days=10):
        """Writes `name.pem` and `name.key`; negative `days` have passed already."""
        openssl("req", *NEW_KEY, "-keyout", self.path(f"{name}.key"), "-out",
                self.path(f"{name}.csr"), "-subj", f"/CN={name}")
        self.path(f"{name}.ext").write_text(f"subjectAltName={names}\n")
        openssl("x509", "-req", "-in", self.path(f"{name}.csr"), "-CA", self.certificate,
                "-CAkey", self.path("ca.key"), "-CAcreateserial", "-days", days, "-out",
                self.path(f"{name}.pem"), "-extfile", self.path(f"{name}.ext"))
        return self.path(f"{name}.pem"), self.path(f"{name}.key")

    def revoke(self, *names):
        """Writes `crl.pem` with everything revoked so far and these."""
        for name in names:
            openssl("ca", "-config", self.path("ca.conf"), "-revoke", self.path(f"{name}.pem"))
        openssl("ca", "-config", self.path("ca.conf"), "-gencrl", "-out", self.path("crl.pem"))
        return self.path("crl.pem")
