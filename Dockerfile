# A node of the federation. Keys and data live in the one volume, /data; everything else may be read-only:
#   docker run -it --rm --volume trm:/data trm-node init --data /data
#   docker run --read-only --tmpfs /tmp --volume trm:/data --publish 8443:8443 trm-node
# Commands go through `docker exec NAME node dist/cli/trm.js ... --data /data`: the local API stays inside.
ARG NODE_VERSION=24

# Compiles the program. The scripts of packages stay off: nothing here needs them.
FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /program
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

# The packages that run; only SQLite is compiled. The same Debian release as below, so that it loads there.
FROM node:${NODE_VERSION}-bookworm AS packages
WORKDIR /program
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
RUN npm rebuild better-sqlite3

FROM node:${NODE_VERSION}-bookworm-slim
# Inside a container the federation listener has to be reachable from outside it; publish the port to a proxy only.
ENV NODE_ENV=production TRM_FEDERATION_HOST=0.0.0.0
WORKDIR /program
COPY LICENSE package.json ./
COPY --from=packages /program/node_modules ./node_modules
COPY --from=build /program/dist ./dist
RUN install --directory --owner=node --group=node --mode=0700 /data
USER node
VOLUME /data
EXPOSE 8443
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "dist/cli/trm.js", "health", "--data", "/data"]
ENTRYPOINT ["node", "dist/cli/trm.js"]
CMD ["serve", "--data", "/data"]
