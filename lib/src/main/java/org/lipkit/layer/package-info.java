/** Network layers that know their own Lipschitz bound. */
package org.lipkit.layer;
