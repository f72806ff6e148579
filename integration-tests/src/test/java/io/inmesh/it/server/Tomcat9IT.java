package io.inmesh.it.server;


class Tomcat9IT extends TomcatContract {}
