/** Istio's resources and the registry of services as immutable values; names are Istio's. */
@NullMarked
package io.inmesh.control.plane.model;

import org.jspecify.annotations.NullMarked;
