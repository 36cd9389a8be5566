// Says of manifests what an API server of this version would say before it stores them.
//
// Each document goes through strict decoding and defaulting by the server's own scheme, through the create strategy of its kind's
// registry (preparation, validation, warnings), and, where it makes pods, through the pod security level "restricted". One line a
// document on stdout; exit code 1 when any is refused or warned of, 2 when a file cannot be read.
//
//	k8svalidate FILE...
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// By version and kind, as only what is served counts: the scheme decodes versions that no server knows any more.
var strategies = map[string]rest.RESTCreateStrategy{
	"autoscaling/v2 HorizontalPodAutoscaler": horizontalpodautoscaler.Strategy,
	"apps/v1 Deployment":                     deployment.Strategy,
	"apps/v1 StatefulSet":                    statefulset.Strategy,
	"batch/v1 CronJob":                       cronjob.Strategy,
	"batch/v1 Job":                           job.Strategy,
	"networking.k8s.io/v1 Ingress":           ingress.Strategy,
	"networking.k8s.io/v1 NetworkPolicy":     networkpolicy.Strategy,
	"policy/v1 PodDisruptionBudget":          poddisruptionbudget.Strategy,
	"v1 ConfigMap":                           configmap.Strategy,
	"v1 Namespace":                           namespace.Strategy,
	"v1 PersistentVolumeClaim":               persistentvolumeclaim.Strategy,
	"v1 Service":                             service.Strategy,
	"v1 ServiceAccount":                      serviceaccount.Strategy,
}

var codecs = serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)

// warned collects what a server would send back in warning headers.
type warned struct{ texts []string }

func (w *warned) AddWarning(_, text string) { w.texts = append(w.texts, text) }

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		fail(err)
	}
	bad := false
	for _, file := range os.Args[1:] {
		content, err := os.ReadFile(file)
		if err != nil {
			fail(err)
		}
		documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
		for number := 1; ; number++ {
			document, err := documents.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				fail(fmt.Errorf("%s: %w", file, err))
			}
			if len(bytes.TrimSpace(document)) == 0 {
				continue
			}
			name, err := judged(evaluator, document)
			verdict := "ok"
			if err != nil {
				bad, verdict = true, "refused: "+err.Error()
			}
			fmt.Printf("%s[%d] %s: %s\n", file, number, name, verdict)
		}
	}
	if bad {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

// judged gives the kind and name of a document, and why a server would not take it.
func judged(evaluator policy.Evaluator, document []byte) (string, error) {
	external, kind, err := codecs.UniversalDeserializer().Decode(document, nil, nil)
	if err != nil {
		return "?", err
	}
	name := kind.Kind
	strategy, known := strategies[kind.GroupVersion().String()+" "+kind.Kind]
	if !known {
		return name, fmt.Errorf("%s is not served, or not known here", kind)
	}
	internal, _, err := codecs.UniversalDecoder().Decode(document, nil, nil)
	if err != nil {
		return name, err
	}
	object, err := meta.Accessor(internal)
	if err != nil {
		return name, err
	}
	name += " " + object.GetName()
	if err := created(strategy, *kind, internal, object); err != nil {
		return name, err
	}
	return name, restricted(evaluator, external)
}

// created runs what a server does before it stores an object. A warning is a reason, too.
func created(strategy rest.RESTCreateStrategy, kind schema.GroupVersionKind, internal runtime.Object, object metav1.Object) error {
	if strategy.NamespaceScoped() && object.GetNamespace() == "" {
		return errors.New("no namespace")
	}
	if listener, ok := internal.(*core.Service); ok && listener.Spec.ClusterIP != "" && len(listener.Spec.ClusterIPs) == 0 {
		// The storage does so before the strategy sees it (registry/core/service/storage, normalizeClusterIPs).
		listener.Spec.ClusterIPs = []string{listener.Spec.ClusterIP}
	}
	heard := &warned{}
	ctx := warning.WithWarningRecorder(request.WithNamespace(context.Background(), object.GetNamespace()), heard)
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true, Verb: "create", APIGroup: kind.Group, APIVersion: kind.Version, Namespace: object.GetNamespace(), Name: object.GetName(),
	})
	rest.FillObjectMetaSystemFields(object)
	if err := rest.BeforeCreate(strategy, ctx, internal); err != nil {
		return err
	}
	if len(heard.texts) > 0 {
		return errors.New("warned: " + strings.Join(heard.texts, "; "))
	}
	return nil
}

// restricted says why the pods that an object makes are not of that level.
func restricted(evaluator policy.Evaluator, object runtime.Object) error {
	pods := template(object)
	if pods == nil {
		return nil
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	if found := policy.AggregateCheckResults(evaluator.EvaluatePod(level, &pods.ObjectMeta, &pods.Spec)); !found.Allowed {
		return fmt.Errorf("not restricted: %s", found.ForbiddenDetail())
	}
	return nil
}

func template(object runtime.Object) *corev1.PodTemplateSpec {
	switch one := object.(type) {
	case *appsv1.Deployment:
		return &one.Spec.Template
	case *appsv1.StatefulSet:
		return &one.Spec.Template
	case *batchv1.Job:
		return &one.Spec.Template
	case *batchv1.CronJob:
		return &one.Spec.JobTemplate.Spec.Template
	}
	return nil
}
