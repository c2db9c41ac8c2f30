//! `prisma.config.{js,ts,mjs,cjs,mts,cts}` read without running it: the common static forms.
