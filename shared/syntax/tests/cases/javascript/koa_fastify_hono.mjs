import Fastify from 'fastify';
import Router from '@koa/router';
import { Hono } from 'hono';

const fastify = Fastify({ logger: true });
fastify.get('/ping', async (request, reply) => 'pong');
fastify.route({
  method: 'POST',
  url: '/things',
  handler: createThing,
});
fastify.route({ method: ['GET', 'HEAD'], url: '/multi', handler() {} });

const koa = new Router({ prefix: '/koa' });
koa.get('named', '/status', status);
koa.put('/items/:id', update);

const hono = new Hono().basePath('/v2');
hono.get('/posts', (c) => c.json([])).post('/posts', create);
const sub = new Hono();
sub.get('/inner', (c) => c.text('x'));
hono.route('/sub', sub);
