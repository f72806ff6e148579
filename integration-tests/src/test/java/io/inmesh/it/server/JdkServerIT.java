package io.inmesh.it.server;

class JdkServerIT extends JdkServerContract {}
