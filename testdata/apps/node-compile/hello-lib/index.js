module.exports = () => "hello from node";
