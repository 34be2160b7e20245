using Holdfast.HAProxy.Rules;

namespace Holdfast.Proxy.Accept;

/// <summary>Runs rules that look at a client before its session begins.</summary>
internal static class ClientRules
{
    /// <summary>Runs them until one decides.</summary>
    /// <param name="rules">The rules; null: there are none.</param>
    /// <param name="subjects">Has the clock.</param>
    /// <param name="subject">The client.</param>
    /// <param name="expectsHeader">Becomes true where a rule says that a PROXY header comes.</param>
    internal static VerdictKind Run(
        CompiledRules? rules, SubjectPool subjects, ClientSubject subject, ref bool expectsHeader)
    {
        if (rules is null)
        {
            return VerdictKind.Continue;
        }
        subjects.SetTime(subject.Context);
        subject.Stick.IsOfConnection = true;
        Verdict verdict = rules.Run(subject.Context);
        while (verdict.Kind == VerdictKind.ExpectProxy)
        {
            expectsHeader = true;
            verdict = rules.Run(subject.Context, verdict.Rule + 1);
        }
        subject.Stick.IsOfConnection = false;
        return verdict.Kind;
    }
}
