using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Rules;

/// <summary>What an action does.</summary>
internal delegate Verdict RuleStep(RequestContext context);

/// <summary>Makes actions runnable.</summary>
internal static class RuleCompiler
{
    /// <summary>Compiles an action.</summary>
    /// <exception cref="NotSupportedException">It cannot be carried out.</exception>
    public static RuleStep Compile(RuleAction action, RuleSet set, CompileEnvironment environment)
    {
        bool isResponse = set is RuleSet.HttpResponse or RuleSet.HttpAfterResponse or RuleSet.TcpResponse;
        return action switch
        {
            SimpleAction simple => Simple(simple.Name),
            ReplyAction reply => Reply(reply, environment),
            RedirectAction redirect => Redirect(redirect.Redirect, environment),
            AuthAction auth => Auth(auth),
            SetHeaderAction or DeleteHeaderAction or ReplaceHeaderAction
                => HeaderActions.Compile(action, isResponse, environment),
            SetRequestLineAction or ReplaceRequestLineAction or SetStatusAction
                => LineActions.Compile(action, environment),
            SetVariableAction variable => SetVariable(variable, environment),
            UnsetVariableAction variable => UnsetVariable(variable, environment),
            TrackAction or CounterAction => CounterActions.Compile(action, environment),
            PatternUpdateAction update => UpdatePatterns(update, environment),
            CaptureAction capture => Capture(capture, isResponse, environment),
            SetSampleAction sample => SetEndpoint(sample, environment),
            SetWordAction { Name: "normalize-uri" } => LineActions.Compile(action, environment),
            SetWordAction { Name: "set-log-level" } level => LogLevel(level.Value),
            SetWordAction { Name: "switch-mode" } => static _ => new Verdict(VerdictKind.SwitchToHttp),
            SetWordAction { Name: "use-service" } => static _ => new Verdict(VerdictKind.Service),
            SetWordAction { Name: "pause" } pause when set == RuleSet.HttpRequest
                => SessionActions.Pause(pause.Value),
            SetWordAction { Name: "set-retries" } retries when set is RuleSet.HttpRequest or RuleSet.TcpContent
                => SessionActions.Retries(retries.Value),
            SetWordAction { Name: "set-mark" or "set-tos" or "set-fc-mark" or "set-fc-tos" or "set-bc-mark"
                or "set-bc-tos" } mark => MarkActions.Compile(mark),
            SetWordAction { Name: "set-nice" } => static _ => Verdict.Continue,
            SetWordAction { Name: "strict-mode" } mode => Strictness(mode.Value == "off"),
            WaitForBodyAction wait => Wait(wait, isResponse),
            SetTimeoutAction timeout => SessionActions.Timeout(timeout, environment),
            SetPriorityAction priority => SessionActions.Priority(priority, environment),
            EarlyHintAction hint => SessionActions.EarlyHint(hint, environment),
            _ => throw new NotSupportedException($"action {action.Name}"),
        };
    }

    private static RuleStep Strictness(bool isLenient) => context =>
    {
        context.IsLenient = isLenient;
        return Verdict.Continue;
    };

    private static RuleStep Simple(string name) => name switch
    {
        "allow" or "accept" => static _ => new Verdict(VerdictKind.Allow),
        "reject" or "close" => static _ => new Verdict(VerdictKind.Reject),
        "silent-drop" => static _ => new Verdict(VerdictKind.SilentDrop),
        "disable-l7-retry" => static context =>
        {
            context.ForbidsRetry = true;
            return Verdict.Continue;
        },
        "expect-proxy" => static _ => new Verdict(VerdictKind.ExpectProxy),
        _ => throw new NotSupportedException($"action {name}"),
    };

    private static RuleStep Reply(ReplyAction action, CompileEnvironment environment)
    {
        VerdictKind kind = action.Name switch
        {
            "deny" => VerdictKind.Deny,
            "tarpit" => VerdictKind.Tarpit,
            _ => VerdictKind.Reply,
        };
        var verdict = new Verdict(kind, new CompiledReply(action.Reply, environment, kind == VerdictKind.Reply));
        return _ => verdict;
    }

    private static RuleStep Redirect(RedirectModel model, CompileEnvironment environment)
    {
        var redirect = new CompiledRedirect(model, environment);
        var verdict = new Verdict(VerdictKind.Redirect, Redirect: redirect);
        return context => redirect.Applies(context) ? verdict : Verdict.Continue;
    }

    private static RuleStep Auth(AuthAction auth)
    {
        byte[] value = ByteText.ToBytes($"Basic realm=\"{auth.Realm ?? "HAProxy Authentication"}\"");
        var plain = new Verdict(VerdictKind.Reply, new CompiledReply(401, "www-authenticate"u8.ToArray(), value));
        return _ => plain;
    }

    private static RuleStep SetVariable(SetVariableAction action, CompileEnvironment environment)
    {
        VariableTable variables = environment.Variables;
        Variable variable = variables.Of(action.Variable);
        if (action.Expression is { } model)
        {
            CompiledExpression expression = SampleCompiler.Compile(model, environment);
            return context =>
            {
                var sample = new Sample();
                if (expression.TryEvaluate(context, ref sample))
                {
                    variables.TryWrite(variable, context, sample);
                }
                return Verdict.Continue;
            };
        }
        CompiledLogFormat format = CompiledLogFormat.Compile(action.Format!, environment);
        return context =>
        {
            var sample = new Sample();
            if (format.TryWrite(context, out ReadOnlySpan<byte> text))
            {
                sample.SetText(text);
                variables.TryWrite(variable, context, sample);
            }
            return Verdict.Continue;
        };
    }

    private static RuleStep UnsetVariable(UnsetVariableAction action, CompileEnvironment environment)
    {
        VariableTable variables = environment.Variables;
        Variable variable = variables.Of(action.Variable);
        return context =>
        {
            variables.Remove(variable, context);
            return Verdict.Continue;
        };
    }

    /// <summary>Changes a map or ACL for all requests: texts are made for it, so it is for rare events.</summary>
    private static RuleStep UpdatePatterns(PatternUpdateAction action, CompileEnvironment environment)
    {
        PatternReference reference = environment.Patterns.Named(action.File);
        CompiledLogFormat key = CompiledLogFormat.Compile(action.Key, environment);
        CompiledLogFormat? value = action.Value is { } format ? CompiledLogFormat.Compile(format, environment) : null;
        return context =>
        {
            ReadOnlySpan<byte> text = default;
            if (!key.TryWrite(context, out ReadOnlySpan<byte> name)
                || (value is not null && !value.TryWrite(context, out text)))
            {
                return Verdict.Continue;
            }
            string pattern = System.Text.Encoding.UTF8.GetString(name);
            switch (action.Name)
            {
                case "set-map":
                    reference.Set(pattern, System.Text.Encoding.UTF8.GetString(text));
                    break;
                case "add-acl":
                    reference.AddOnce(pattern);
                    break;
                default:
                    reference.Remove(pattern);
                    break;
            }
            return Verdict.Continue;
        };
    }

    private static RuleStep Capture(CaptureAction action, bool isResponse, CompileEnvironment environment)
    {
        CompiledExpression expression = SampleCompiler.Compile(action.Expression, environment);
        int slot = action.Slot ?? environment.NextCapture++;
        return context =>
        {
            var sample = new Sample();
            StoredBytes? kept = isResponse ? context.Captures.Response(slot) : context.Captures.Request(slot);
            if (kept is not null && expression.TryEvaluateText(context, ref sample))
            {
                IReadOnlyList<int> lengths = isResponse
                    ? context.Captures.ResponseLengths : context.Captures.RequestLengths;
                int length = action.Length ?? (slot < lengths.Count ? lengths[slot] : StoredBytes.LengthMax);
                kept.TryKeep(sample.Bytes[..Math.Min(length, sample.Bytes.Length)]);
            }
            return Verdict.Continue;
        };
    }

    private static RuleStep SetEndpoint(SetSampleAction action, CompileEnvironment environment)
    {
        CompiledExpression expression = SampleCompiler.Compile(action.Expression, environment);
        SampleType type = action.Name.EndsWith("port", StringComparison.Ordinal)
            ? SampleType.Integer : SampleType.Address;
        return context =>
        {
            var sample = new Sample();
            if (expression.TryEvaluateAs(type, context, ref sample))
            {
                EndpointPair old = context.Client;
                context.Client = action.Name switch
                {
                    "set-src" => old with { Source = sample.Address },
                    "set-dst" => old with { Destination = sample.Address },
                    "set-src-port" => old with { SourcePort = (ushort)sample.Integer },
                    "set-dst-port" => old with { DestinationPort = (ushort)sample.Integer },
                    _ => old,
                };
            }
            return Verdict.Continue;
        };
    }

    private static RuleStep LogLevel(string name)
    {
        int level = Array.IndexOf(
            ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "silent"], name);
        return context =>
        {
            context.Log.Level = level;
            return Verdict.Continue;
        };
    }

    private static RuleStep Wait(WaitForBodyAction action, bool isResponse)
    {
        var verdict = new Verdict(VerdictKind.WaitForBody, Number: action.Milliseconds);
        long least = action.AtLeast ?? long.MaxValue;
        if (isResponse)
        {
            return context => context.Source.ResponseBody.Length >= least ? Verdict.Continue : verdict;
        }
        return context => context.HasWholeBody || context.Source.RequestBody.Length >= least
            ? Verdict.Continue : verdict;
    }
}
