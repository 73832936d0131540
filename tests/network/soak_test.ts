import { testCluster } from "./cluster_test_case.ts";
import { soak } from "./soak.ts";

const options = { backends: ["one", "two", "three"] };

testCluster(
  "where servers and clients come and go, nothing is left of them",
  options,
  (cluster) => {
    return soak(cluster, 100_000);
  },
);
