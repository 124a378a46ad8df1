{{/* How a service is reached: Service, NetworkPolicy. */}}
{{- define "recruitment.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "recruitment.fullname" . }}
  labels:
    {{- include "recruitment.labels" . | nindent 4 }}
  {{- with .Values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .Values.service.type }}
  {{- if eq .Values.service.type "LoadBalancer" }}
  {{- with .Values.service.loadBalancerClass }}
  loadBalancerClass: {{ . }}
  {{- end }}
  {{- with .Values.service.loadBalancerSourceRanges }}
  loadBalancerSourceRanges:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  ports:
    - name: {{ .Values.service.portName }}
      port: {{ .Values.service.port }}
      targetPort: {{ .Values.service.portName }}
      protocol: TCP
    - name: metrics
      port: 9797
      targetPort: metrics
      protocol: TCP
  selector:
    {{- include "recruitment.selectorLabels" . | nindent 4 }}
{{- end -}}

{{- define "recruitment.networkpolicy" -}}
{{- if .Values.networkPolicy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "recruitment.fullname" . }}
  labels:
    {{- include "recruitment.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "recruitment.selectorLabels" . | nindent 6 }}
  policyTypes:
    - Ingress
  ingress:
    - ports:
        - port: {{ .Values.service.portName }}
          protocol: TCP
      {{- if not .Values.networkPolicy.allowExternal }}
      from:
        {{- range .Values.networkPolicy.allowFrom }}
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: {{ . }}
              app.kubernetes.io/part-of: recruitment
        {{- else }}
        {{- fail "networkPolicy.allowFrom is empty: name a caller, or set networkPolicy.allowExternal or networkPolicy.enabled=false" }}
        {{- end }}
      {{- end }}
    - ports:
        - port: metrics
          protocol: TCP
      from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: {{ .Values.networkPolicy.monitoringNamespace }}
{{- end -}}
{{- end -}}
