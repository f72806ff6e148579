/**
 * What a platform asks of a pod beside its traffic: whether it is well, and what it has counted.
 * The app is asked from inside, so that its ports can refuse whatever comes in clear.
 */
@NullMarked
package io.inmesh.agent.telemetry;

import org.jspecify.annotations.NullMarked;
