#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment and uses it from an empty folder, where no file of the
# repository can help: scripts/check_wheel.sh
#     PYTHON   interpreter of the environment (default: python3)
#     BUILD    interpreter that has `build` (default: .venv/bin/python)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1 PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH

"${BUILD:-$root/.venv/bin/python}" -m build --outdir "$work/dist" "$root" > "$work/build.log" 2>&1 || {
    cat "$work/build.log"
    exit 1
}
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile -c "$root/constraints.txt" "$work"/dist/*.whl
mkdir "$work/empty"
cd "$work/empty"
PATH="$work/venv/bin:$PATH"
sentence="Er ruft am Sonntag seine Mutter an."

said() { # said WORDS COMMAND...: the command runs, and its output has the words
    local words=$1 output
    shift
    echo "+ $*"
    output=$("$@") || return 1
    grep -qF -- "$words" <<< "$output" || {
        echo "'$words' is not in: $output"
        return 1
    }
}

echo "$sentence" > own.de
said "He calls his mother on Sunday." seq2seq translate tiny-de-en --show-alignment --input own.de
said "usage" python -m seq2seq translate --help
said "" seq2seq draw tiny-de-en "$sentence" --output map.png
said "calls" seq2seq explain tiny-de-en "$sentence" --step 2
said "seq2seq train --config tiny-de-en" seq2seq prepare tiny-de-en --out data/tiny-de-en
said "seq2seq train --config own" seq2seq prepare text --source-file data/tiny-de-en/test.de \
    --target-file data/tiny-de-en/test.en --source-lang de --target-lang en --out data/mine
rm -r data/tiny-de-en
said '"test"' seq2seq train --config tiny-de-en --run runs/short --trainer.max_steps 20
said "bleu" seq2seq train --config own --run runs/mine --data.folder data/mine --data.source de --data.target en \
    --subwords.vocab_size 400 --trainer.max_steps 20
test="--source data/tiny-de-en/test.de"
said "0-0 1-1" seq2seq align tiny-de-en $test --target data/tiny-de-en/test.en
said '"aer"' seq2seq evaluate tiny-de-en $test --reference data/tiny-de-en/test.en --gold data/tiny-de-en/test.align
said "BLEU" seq2seq demo
said "" seq2seq film runs/short --output film.html
said "AlignmentsLoader" python -c "from tensorboard.default import get_dynamic_plugins; print(get_dynamic_plugins())"
test -s map.png
test -s film.html
echo "the wheel works on its own: $(python --version), $(du -h "$work"/dist/*.whl | cut -f1)"
