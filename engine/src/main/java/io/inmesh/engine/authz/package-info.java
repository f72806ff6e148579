/** Role-based access control of requests and connections, under Envoy's names. */
@NullMarked
package io.inmesh.engine.authz;

import org.jspecify.annotations.NullMarked;
