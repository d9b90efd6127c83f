#!/bin/sh
# image.sh FOLDER TEXT: makes an OCI image layout of one layer that holds one file, with no image tool at all.
# The text makes the image different from others, so that a push has something to push.
set -eu

layout=$1
text=$2
blobs=$layout/blobs/sha256
mkdir -p "$blobs" "$layout/root"

# add FILE: moves it among the blobs and leaves its digest and size in `digest` and `size`.
add() {
    digest=$(sha256sum "$1" | cut -d ' ' -f 1)
    size=$(wc -c <"$1")
    mv "$1" "$blobs/$digest"
}

echo "$text" >"$layout/root/greeting"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$layout/root" -cf "$layout/layer" greeting
rm -r "$layout/root"
diff_id=$(sha256sum "$layout/layer" | cut -d ' ' -f 1)
gzip -n "$layout/layer"
add "$layout/layer.gz"
layer="{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$digest\",\"size\":$size}"

architecture=$(dpkg --print-architecture)
echo "{\"architecture\":\"$architecture\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/greeting\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$diff_id\"]}}" >"$layout/config"
add "$layout/config"
config="{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:$digest\",\"size\":$size}"

echo "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":$config,\"layers\":[$layer]}" >"$layout/manifest"
add "$layout/manifest"

echo "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:$digest\",\"size\":$size}]}" >"$layout/index.json"
echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
