/** The aggregated discovery service: state-of-the-world and delta over one generator. */
@NullMarked
package io.inmesh.control.plane.ads;

import org.jspecify.annotations.NullMarked;
