using Holdfast.Nginx.Access;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Steps;

/// <summary>What one way of deciding who may come says.</summary>
internal enum AccessVerdict : byte
{
    /// <summary>Nothing.</summary>
    Declined,

    /// <summary>The client may come.</summary>
    Granted,

    /// <summary>It may not; the exchange's <see cref="Exchange.AccessStatus"/> says how.</summary>
    Refused,

    /// <summary>That is not known yet: the step is run again.</summary>
    Waits,
}

/// <summary>One way of deciding who may come.</summary>
internal abstract class AccessRuleProgram
{
    internal abstract AccessVerdict Ask(Exchange exchange);
}

/// <summary><c>satisfy</c>: all ways must grant, or one.</summary>
internal sealed class AccessStep(AccessRuleProgram[] rules, bool isAny) : PlaceStep
{
    internal override StepResult Run(Exchange exchange)
    {
        for (; exchange.AccessIndex < rules.Length; exchange.AccessIndex++)
        {
            AccessVerdict verdict = rules[exchange.AccessIndex].Ask(exchange);
            if (verdict == AccessVerdict.Waits)
            {
                return StepResult.Wait;
            }
            if (isAny && verdict == AccessVerdict.Granted)
            {
                exchange.AccessStatus = 0;
                exchange.ForgetChallenge();
                return StepResult.GoOn;
            }
            bool isFinal = exchange.AccessStatus is not (401 or 403);
            if (verdict == AccessVerdict.Refused && (!isAny || isFinal))
            {
                return Refuse(exchange);
            }
        }
        return isAny && exchange.AccessStatus > 0 ? Refuse(exchange) : StepResult.GoOn;
    }

    private static StepResult Refuse(Exchange exchange)
    {
        int status = exchange.AccessStatus;
        exchange.AccessStatus = 0;
        if (status == 403)
        {
            exchange.Report(ErrorLevel.Error, "access forbidden by rule");
        }
        exchange.FinishWith(status);
        return StepResult.Done;
    }
}

/// <summary><c>allow</c> and <c>deny</c></summary>
internal sealed class AddressRules(AccessList list) : AccessRuleProgram
{
    internal override AccessVerdict Ask(Exchange exchange)
    {
        switch (list.Find(exchange.ClientAddress))
        {
            case AccessOutcome.Allowed:
                return AccessVerdict.Granted;
            case AccessOutcome.Denied:
                exchange.AccessStatus = 403;
                return AccessVerdict.Refused;
            default:
                return AccessVerdict.Declined;
        }
    }
}
