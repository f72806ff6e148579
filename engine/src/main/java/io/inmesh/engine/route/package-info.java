/** Virtual hosts, routes and what they ask for, under Envoy's names. */
@NullMarked
package io.inmesh.engine.route;

import org.jspecify.annotations.NullMarked;
