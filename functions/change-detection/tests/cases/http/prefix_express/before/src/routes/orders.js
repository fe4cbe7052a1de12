const express = require('express');
const router = express.Router();

router.get('/open', (req, res) => res.json([]));
router.post('/open', create);

module.exports = router;
