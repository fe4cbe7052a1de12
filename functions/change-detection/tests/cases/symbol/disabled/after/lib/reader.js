function renamed(a, b) {
  return function () {
    throw new Error(a + ' is ' + b);
  };
}
module.exports.load = loader.load;
module.exports.safeLoad = renamed('safeLoad', 'load');
module.exports.old = renamed('old', 'newer');
