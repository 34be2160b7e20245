using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Tests;

/// <summary>Rules of the usual kinds allocate nothing once they have run.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void Rules_InSteadyState_DoNotAllocate()
    {
        HAProxyModel model = Harness.Model(Harness.Defaults + """
            frontend f
                bind :1
                acl static path_beg /a /b
                acl static path_end .html
                http-request set-var(txn.host) hdr(host),lower,field(1,:)
                http-request deny if { path_reg ^/forbidden } or { src 10.0.0.0/8 } !static
                http-request redirect scheme https if { hdr(host),map(/m/hosts.map,none) -m str nothing }
                http-request deny if { hdr_val(x-num) gt 100 } { urlp(x) 7 } { cook(id) -m found }

            """, Cases.Files);
        CompileEnvironment environment = Harness.Environment(model);
        var rules = new CompiledRules(model.Proxies[0].RulesOf(RuleSet.HttpRequest), RuleSet.HttpRequest, environment);
        RequestContext context = Harness.Context(Cases.Requests[0]);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(VerdictKind.Continue, rules.Run(context).Kind);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            rules.Run(context);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
