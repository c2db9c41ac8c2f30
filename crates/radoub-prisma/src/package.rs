//! `package.json` and lock files: where the schema is, and which Prisma release a service uses.
