"""Certificates for the test destination, made with the openssl command while the tests run.

One authority that the daemon is told to trust, and the servers that a destination can present: the right one and
the wrong ones (another name, out of date, signed by somebody else). Nothing is kept in the repository.
"""

import pathlib
import ssl
import subprocess

LOCAL_NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1"

CA_SETTINGS = """
[ca]
default_ca = authority
[authority]
database = {directory}/database
new_certs_dir = {directory}
rand_serial = yes
default_md = sha256
policy = any_subject
copy_extensions = copy
[any_subject]
commonName = supplied
"""


class Certificates:
    """Files in one directory. `ca_file` is what a client trusts; `server_context` is what a destination presents."""

    KINDS = ("good", "other_name", "expired", "foreign")

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "database").touch()
        self.ca_file = self._authority("ca")

    def server_context(self, kind="good"):
        certificate = self.directory / f"{kind}.pem"
        if not certificate.exists():
            self._server(kind)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, self.directory / f"{kind}.key")
        return context

    def _server(self, kind):
        names = "DNS:elsewhere.example" if kind == "other_name" else LOCAL_NAMES
        issuer = self._authority("foreign_ca") if kind == "foreign" else self.ca_file
        valid = ("20200101000000Z", "20200201000000Z") if kind == "expired" else ("20200101000000Z", "20991231000000Z")
        request = self.directory / f"{kind}.csr"
        self._openssl("req", "-new", *self._new_key(kind), "-subj", f"/CN={kind}", "-addext",
                      f"subjectAltName={names}", "-out", request)
        settings = self.directory / "ca.cnf"
        settings.write_text(CA_SETTINGS.format(directory=self.directory))
        self._openssl("ca", "-batch", "-notext", "-config", settings, "-cert", issuer, "-keyfile",
                      issuer.with_suffix(".key"), "-startdate", valid[0], "-enddate", valid[1], "-in", request,
                      "-out", self.directory / f"{kind}.pem")

    def _authority(self, name):
        certificate = self.directory / f"{name}.pem"
        if not certificate.exists():
            self._openssl("req", "-x509", *self._new_key(name), "-days", "3650", "-subj", f"/CN=towline test {name}",
                          "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", certificate)
        return certificate

    def _new_key(self, name):
        return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                self.directory / f"{name}.key")

    @staticmethod
    def _openssl(*arguments):
        run = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]} failed: {run.stderr}")
