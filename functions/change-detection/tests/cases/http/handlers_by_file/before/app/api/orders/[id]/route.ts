export async function GET(request) {
  return Response.json({});
}

export const POST = async () => new Response();
