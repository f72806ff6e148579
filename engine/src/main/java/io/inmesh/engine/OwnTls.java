package io.inmesh.engine;

import io.inmesh.engine.route.VirtualHost;

/**
 * What the routes of an HTTP port are to calls that the app itself makes over TLS.
 *
 * @param virtualHost that of the host called, whatever the request says as Host
 * @param ports leads from a cluster that a route names, which hears clear text, to that of the port
 *     called
 */
record OwnTls(VirtualHost virtualHost, ServicePorts ports) {}
