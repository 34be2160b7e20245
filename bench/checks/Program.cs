using System.Globalization;
using Holdfast.CheckBench;

return args switch
{
    ["compare", string work, string seconds] => Comparison.Run(work, Number(seconds)),
    ["engine", string file, string seconds] => EngineRun.Run(file, Number(seconds)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("Usage: bench/checks/run.sh [SECONDS]");
    return 2;
}
