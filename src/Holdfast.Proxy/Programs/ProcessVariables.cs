using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;

namespace Holdfast.Proxy.Programs;

/// <summary>Variables of the process that the global section sets: evaluated once, before anything else runs.</summary>
internal static class ProcessVariables
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

    private sealed class NoBytes : IMessageSource
    {
        public ReadOnlySpan<byte> Request => default;

        public ReadOnlySpan<byte> RequestBody => default;

        public ReadOnlySpan<byte> Response => default;

        public ReadOnlySpan<byte> ResponseBody => default;
    }
}
