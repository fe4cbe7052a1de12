function renamed(a, b) {
  return function () {
    throw new Error(a + ' is ' + b);
  };
}
module.exports.load = loader.load;
module.exports.safeLoad = loader.safeLoad;
module.exports.old = renamed('old', 'new');
