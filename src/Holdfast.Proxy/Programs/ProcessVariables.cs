using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;

namespace Holdfast.Proxy.Programs;

/// <summary>Variables of the process that the global section sets: evaluated once, before anything else runs.</summary>
public static class ProcessVariables
{
    internal static void Set(ImmutableArray<RuleModel> lines, CompileEnvironment environment)
    {
        if (lines.IsEmpty)
        {
            return;
        }
        var context = new RequestContext(new NoBytes(), seed: 1);
        _ = new CompiledRules(lines, RuleSet.HttpRequest, environment).Run(context);
    }

    /// <summary>Carries lines out while the process runs. For one thread at a time.</summary>
    /// <param name="lines">set-var, set-var-fmt.</param>
    /// <param name="facts">What is known of the host.</param>
    /// <param name="variables">All variables of the process.</param>
    public static void Set(
        ImmutableArray<RuleModel> lines, HAProxy.TranslationFacts facts, VariableTable variables)
    {
        System.ArgumentNullException.ThrowIfNull(facts);
        Set(lines, new CompileEnvironment(new HAProxyModel(), facts.Regex)
        {
            Variables = variables, ReadEnvironment = facts.ReadEnvironment, HostName = facts.HostName,
        });
    }

    private sealed class NoBytes : IMessageSource
    {
        public ReadOnlySpan<byte> Request => default;

        public ReadOnlySpan<byte> RequestBody => default;

        public ReadOnlySpan<byte> Response => default;

        public ReadOnlySpan<byte> ResponseBody => default;
    }
}
