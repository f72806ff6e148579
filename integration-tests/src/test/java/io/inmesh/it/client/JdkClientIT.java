package io.inmesh.it.client;

class JdkClientIT extends JdkClientContract {}
