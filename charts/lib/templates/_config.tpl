{{/* ConfigMap. Takes a dict: `root` (the chart's context) and `config` (what goes into service.yaml). */}}
{{- define "recruitment.configmap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "recruitment.fullname" .root }}
  labels:
    {{- include "recruitment.labels" .root | nindent 4 }}
data:
  service.yaml: |
    {{- toYaml .config | nindent 4 }}
{{- end -}}

{{- define "recruitment.serviceaccount" -}}
{{- if .Values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "recruitment.serviceAccountName" . }}
  labels:
    {{- include "recruitment.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}
