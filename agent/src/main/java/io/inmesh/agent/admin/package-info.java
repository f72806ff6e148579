/** The admin and telemetry endpoints. */
@NullMarked
package io.inmesh.agent.admin;

import org.jspecify.annotations.NullMarked;
