const express = require('express');
const axios = require('axios');

const app = express();
const router = express.Router();
const users = express.Router({ mergeParams: true });

app.use(express.json());
app.get('/', (req, res) => res.send('hello'));
app.get('/settings', auth, controller.settings);
app.all('/any', handler);
app.set('view engine', 'pug');
app.get('title');

router.route('/books/:id').get(getBook).put(auth, putBook);
router.post("/books", createBook);
router.delete(
  '/books/:id',
  async function removeBook(req, res) {
    await axios.delete('/remote/books');
    await client.get('/remote', handler);
    await request(app).get('/in-test').expect(200);
  },
);
users.get('/:name', show);

app.use('/api', router);
app.use('/users', auth, users);
app.listen(process.env.PORT);
