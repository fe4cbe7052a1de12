const app = express();

app.use(cors());
app.use('/api/orders', auth, require('./routes/orders'));
app.use(PREFIX, usersRouter);
app.use(`${base}/x`, xRouter);
app.register(filesPlugin, { prefix: '/files' });
app.setGlobalPrefix('api');
router.use('/koa', users.routes());
