import { answerRoute } from "#lib/server/route.ts";

export const dynamic = "force-dynamic";

export const GET = answerRoute;
export const POST = answerRoute;
export const PUT = answerRoute;
export const DELETE = answerRoute;
