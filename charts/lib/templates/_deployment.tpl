{{/*
The Deployment of a service. The checksum covers the configuration only, not the ConfigMap's labels: a new version of the
chart that changes neither image nor configuration restarts nothing.
*/}}
{{- define "recruitment.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "recruitment.fullname" . }}
  labels:
    {{- include "recruitment.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  revisionHistoryLimit: {{ .Values.rollout.revisionHistoryLimit }}
  minReadySeconds: {{ .Values.rollout.minReadySeconds }}
  progressDeadlineSeconds: {{ .Values.progressDeadlineSeconds }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: {{ .Values.rollout.maxSurge }}
      maxUnavailable: {{ .Values.rollout.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "recruitment.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "recruitment.podLabels" . | nindent 8 }}
      annotations:
        checksum/config: {{ (include (print .Template.BasePath "/configmap.yaml") . | fromYaml).data | toYaml | sha256sum }}
        {{- with .Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "recruitment.serviceAccountName" . }}
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- toYaml .Values.podSecurityContext | nindent 8 }}
      containers:
        - name: {{ include "recruitment.name" . }}
          image: {{ include "recruitment.image" . | quote }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          securityContext:
            {{- toYaml .Values.securityContext | nindent 12 }}
          command:
            - ./podinfo
            - --port=9898
            - --port-metrics=9797
            - --level={{ .Values.logLevel }}
            - --config-path=/etc/recruitment
          {{- with .Values.extraEnv }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with include "recruitment.envFrom" . | trim }}
          envFrom:
            {{- . | nindent 12 }}
          {{- end }}
          ports:
            - name: {{ .Values.service.portName }}
              containerPort: 9898
              protocol: TCP
            - name: metrics
              containerPort: 9797
              protocol: TCP
          {{- range $kind := list "startup" "liveness" "readiness" }}
          {{- with index $.Values.probes $kind }}
          {{ $kind }}Probe:
            httpGet:
              path: {{ .path }}
              port: {{ $.Values.service.portName }}
            initialDelaySeconds: {{ .initialDelaySeconds }}
            periodSeconds: {{ .periodSeconds }}
            timeoutSeconds: {{ .timeoutSeconds }}
            failureThreshold: {{ .failureThreshold }}
          {{- end }}
          {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          volumeMounts:
            - name: config
              mountPath: /etc/recruitment
              readOnly: true
            - name: data
              mountPath: /data
      volumes:
        - name: config
          configMap:
            name: {{ include "recruitment.fullname" . }}
        - name: data
          emptyDir: {}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if .Values.topologySpread.enabled }}
      topologySpreadConstraints:
        - maxSkew: {{ .Values.topologySpread.maxSkew }}
          topologyKey: {{ .Values.topologySpread.topologyKey }}
          whenUnsatisfiable: {{ .Values.topologySpread.whenUnsatisfiable }}
          labelSelector:
            matchLabels:
              {{- include "recruitment.selectorLabels" . | nindent 14 }}
      {{- end }}
{{- end -}}

{{/* Environment from Secrets: those named, and the one a service with `credentials` brings or refers to. */}}
{{- define "recruitment.envFrom" -}}
{{- range .Values.envFromSecrets }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- with .Values.credentials }}
- secretRef:
    name: {{ default (include "recruitment.fullname" $) .existingSecret }}
    optional: true
{{- end }}
{{- end -}}
