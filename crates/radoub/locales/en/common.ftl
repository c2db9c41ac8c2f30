# Sentences that every command shares. Keys and values are the same in every language; a test
# holds them together.
mark-warning = ⚠️
mark-error = ❌

error-arguments = The command line was not understood.
error-service-unknown = There is no service called { $service } here. Known: { $known }.
error-output = The result could not be written.
error-interrupted = Interrupted. What was finished stays finished; what was not has changed nothing.
error-folder = The folder { $path } cannot be used.
error-not-built-in = This radoub was built without the embedded PostgreSQL. Use `radoub demo --server local`.
yes = yes
no = no
unknown = unknown
labelled = { $label }: { $text }
