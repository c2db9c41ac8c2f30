// Notifications: TypeScript with plain SQL, without Prisma Migrate.
import { Client } from "pg";

export async function unread(userId: string): Promise<number> {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT count(*)::int AS n FROM notifications WHERE user_id = $1 AND read_at IS NULL",
      [userId],
    );
    return rows[0].n;
  } finally {
    await client.end();
  }
}
