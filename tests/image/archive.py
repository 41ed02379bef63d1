"""An image as `docker save` writes it: what its configuration says, what its layers hold, how large they are."""

import gzip
import io
import json
import tarfile


class Archive:
    """`path` is a tar file with a manifest.json. Layers without deletions only: the image has one."""

    def __init__(self, path):
        with tarfile.open(path) as tar:
            (manifest,) = json.load(tar.extractfile("manifest.json"))
            whole = json.load(tar.extractfile(manifest["Config"]))
            self._layers = [tar.extractfile(name).read() for name in manifest["Layers"]]
        self.architecture = whole["architecture"]
        self.config = whole["config"]

    def entries(self):
        """Every file and folder, as {path: TarInfo}."""
        found = {}
        for layer in self._layers:
            with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
                found.update({entry.name.strip("./"): entry for entry in tar})
        assert not [name for name in found if "/.wh." in f"/{name}"], "a layer that deletes: not read here"
        return found

    def unpacked_bytes(self):
        return sum(entry.size for entry in self.entries().values())

    def compressed_bytes(self):
        """What a registry stores and a machine pulls: gzip at its usual level."""
        return sum(len(gzip.compress(layer, 6)) for layer in self._layers)

    def unpack(self, directory):
        """With owners and modes, for which one must be root."""
        for layer in self._layers:
            with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
                trust = {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}
                tar.extractall(directory, numeric_owner=True, **trust)
