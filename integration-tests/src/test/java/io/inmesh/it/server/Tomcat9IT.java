package io.inmesh.it.server;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class Tomcat9IT extends TomcatContract {}
