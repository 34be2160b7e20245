using System.Globalization;
using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Tests;

/// <summary>
/// Each text of <see cref="Cases"/> on each of its requests: the same bytes as haproxy 2.6.12 gives back.
/// </summary>
public sealed class ExpressionParityTests
{
    private const int FirstRule = 1000;

    [Fact]
    public void Expressions_OnSeededRequests_GiveTheOriginalsBytes()
    {
        string configuration = Configuration();
        HAProxyModel model = Harness.Model(configuration, Cases.Files);
        CompileEnvironment environment = Harness.Environment(model);
        CompiledLogFormat[] formats = [.. model.Proxies[0].RulesOf(RuleSet.HttpRequest)
            .Select(static r => r.Action).OfType<ReplyAction>()
            .Select(a => CompiledLogFormat.Compile(a.Reply.Format!, environment))];
        Assert.Equal(Cases.Texts.Length, formats.Length);
        using var original = new Original(configuration, Cases.Files);
        var differences = new StringBuilder();
        int pairs = 0;
        for (int i = 0; i < formats.Length; i++)
        {
            foreach (string request in Cases.Requests)
            {
                pairs++;
                string answer = original.Ask(FirstRule + i, request);
                int body = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                string theirs = body < 0 ? "(no answer)" : answer[(body + 4)..];
                RequestContext context = Harness.Context(request);
                context.ClientConnection = context.ClientConnection with { DestinationPort = FirstRule + i };
                context.Client = context.ClientConnection;
                context.Log.Status = 200;
                SetVariables(environment, context);
                string ours = Harness.Write(formats[i], context);
                if (theirs != ours)
                {
                    differences.AppendLine(CultureInfo.InvariantCulture,
                        $"{Cases.Texts[i]} of {request.Split('\r')[0]}: '{theirs}' and not '{ours}'");
                }
            }
        }
        Assert.True(pairs >= 1900, $"only {pairs} pairs");
        Assert.True(differences.Length == 0, differences.ToString());
    }

    private static void SetVariables(CompileEnvironment environment, RequestContext context)
    {
        var sample = new Sample();
        sample.SetText("hello"u8);
        environment.Variables.TryWrite(environment.Variables.Of("txn.word"), context, sample);
        sample.SetText("Zm9vYmFy"u8);
        environment.Variables.TryWrite(environment.Variables.Of("txn.key"), context, sample);
        sample.Set(7);
        environment.Variables.TryWrite(environment.Variables.Of("txn.seven"), context, sample);
        sample.Set(context.Client.Source);
        environment.Variables.TryWrite(environment.Variables.Of("sess.ip"), context, sample);
    }

    private static string Configuration()
    {
        var text = new StringBuilder(Harness.Defaults);
        text.AppendLine("frontend f\n    bind unix@@SOCKET@ accept-proxy\n    option http-buffer-request");
        text.AppendLine("    option httpclose\n    http-request set-var(txn.word) str(hello)");
        text.AppendLine("    http-request set-var(txn.key) str(Zm9vYmFy)");
        text.AppendLine("    http-request set-var(txn.seven) int(7)\n    http-request set-var(sess.ip) src");
        for (int i = 0; i < Cases.Texts.Length; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"    http-request return status 200 content-type text/plain lf-string '{Cases.Texts[i]}' "
                + $"if {{ dst_port {FirstRule + i} }}");
        }
        return text.ToString();
    }
}
