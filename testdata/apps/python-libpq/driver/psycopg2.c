#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <libpq-fe.h>

static PyObject *major_version(PyObject *self, PyObject *args)
{
	return PyLong_FromLong(PQlibVersion() / 10000);
}

static PyMethodDef methods[] = {
	{"major", major_version, METH_NOARGS, "The major version of libpq."},
	{NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "psycopg2", NULL, -1, methods};

PyMODINIT_FUNC PyInit_psycopg2(void)
{
	return PyModule_Create(&module);
}
