{{/* Names and labels. Every template takes the chart's root context unless it says otherwise. */}}

{{- define "recruitment.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release name alone where it already holds the chart's name: release `jobs` gives the Service `jobs`. */}}
{{- define "recruitment.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "recruitment.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "recruitment.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "recruitment.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The component keeps pods of hook Jobs out of the Service, the budget and the autoscaler. */}}
{{- define "recruitment.selectorLabels" -}}
app.kubernetes.io/name: {{ include "recruitment.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end -}}

{{/* Labels of pods. Not the chart's version: a change of a template alone must not restart anything. */}}
{{- define "recruitment.podLabels" -}}
{{ include "recruitment.selectorLabels" . }}
app.kubernetes.io/part-of: recruitment
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Labels of objects that belong to the server. */}}
{{- define "recruitment.labels" -}}
{{ include "recruitment.selectorLabels" . }}
{{ include "recruitment.releaseLabels" . }}
{{- end -}}

{{/* Labels of objects that are no part of the server, such as a hook Job: they add name and component. */}}
{{- define "recruitment.releaseLabels" -}}
app.kubernetes.io/part-of: recruitment
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "recruitment.image" -}}
{{- with .Values.image -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
