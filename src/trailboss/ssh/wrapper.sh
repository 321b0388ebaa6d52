# Runs one action inside its unit. The result counts once `exit` stands; it is written after all output is there and
# after the inputs (they may be secret) are gone.
bash "$STEP_DIR/run.sh" 2>&1 | tee -a "$STEP_DIR/output"
code=${PIPESTATUS[0]}
rm -rf "$STEP_DIR/inputs"
echo "$code" > "$STEP_DIR/exit.new"
sync "$STEP_DIR/exit.new" "$STEP_DIR/output"
mv "$STEP_DIR/exit.new" "$STEP_DIR/exit"
exit "$code"
