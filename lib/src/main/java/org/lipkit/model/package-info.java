/** The papers' architectures under the papers' names. */
package org.lipkit.model;
