# The application and the command line in one image. Build: docker build -t faultline .
# Run:  docker run -p 127.0.0.1:3000:3000 -v faultline:/data faultline
# The server in a container is reached from outside it, so it starts only with a token or a proxy that signs people in:
#   docker run -v faultline:/data faultline token create first --scope admin
FROM node:20-bookworm-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm install --no-audit --no-fund --ignore-scripts
COPY . .
RUN node scripts/build-cli.mjs && npx next build && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 FAULTLINE_STORE=file:/data PORT=3000
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/.next ./.next
COPY --from=build /app/dist ./dist
COPY --from=build /app/public ./public
COPY --from=build /app/next.config.js ./
COPY --from=build /app/graph-seed ./graph-seed
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD node -e "fetch('http://127.0.0.1:'+process.env.PORT+'/api/v1/health').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
ENTRYPOINT ["node", "/app/dist/faultline.mjs"]
CMD ["serve", "--host", "0.0.0.0"]
